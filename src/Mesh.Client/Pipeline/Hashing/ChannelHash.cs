using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mesh.Client.LoadBalancing.Hashing;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Hashing;

/// <summary>Gives every request of one HTTP client the same hash, and that of another client or process another one (gRFC A42's channel id).</summary>
internal sealed class ChannelHash(HashPolicy policy) : RequestHashPart(policy.IsTerminal)
{
    public override ulong? Compute(OutboundCall call, Random random)
    {
        // HashCode has a seed of the process's own.
        var identity = HashCode.Combine(RuntimeHelpers.GetHashCode(call.Client));
        return XxHash64.Hash(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in identity)));
    }
}
