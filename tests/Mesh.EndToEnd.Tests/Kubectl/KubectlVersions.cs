using Mesh.Testing.Peers;

namespace Mesh.EndToEnd.Tests.Kubectl;

/// <summary>Every kubectl of this machine, for theories; one empty case where there is none, which skips with the install command.</summary>
public sealed class KubectlVersions : TheoryData<string>
{
    public KubectlVersions()
    {
        foreach (var binary in KubectlBinaries.All.DefaultIfEmpty(""))
        {
            Add(binary);
        }
    }
}
