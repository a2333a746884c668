using System.Collections.Immutable;
using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing;

/// <summary>Drops the share of the requests that the control plane asks for; each category draws for what the ones before let pass (gRFC A32).</summary>
internal sealed class OverloadDrop(ImmutableArray<DropOverload> categories, Random random)
{
    private const int Million = 1_000_000;

    public bool ShouldDrop()
    {
        foreach (var category in categories)
        {
            if (random.Next(Million) < category.PerMillion)
            {
                return true;
            }
        }

        return false;
    }
}
