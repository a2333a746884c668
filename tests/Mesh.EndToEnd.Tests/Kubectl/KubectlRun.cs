namespace Mesh.EndToEnd.Tests.Kubectl;

/// <summary>What a command came to.</summary>
internal sealed record KubectlRun(int Code, string Output, string Error);
