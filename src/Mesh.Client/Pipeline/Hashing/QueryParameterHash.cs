using Mesh.Client.LoadBalancing.Hashing;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Hashing;

/// <summary>Hashes a parameter of the query as it is written; the first of its name counts (Envoy).</summary>
internal sealed class QueryParameterHash(HashPolicy policy) : RequestHashPart(policy.IsTerminal)
{
    public override ulong? Compute(OutboundCall call, Random random)
    {
        var query = call.WireRequest.RequestUri!.Query.AsSpan().TrimStart('?');
        foreach (var range in query.Split('&'))
        {
            var parameter = query[range];
            var equals = parameter.IndexOf('=');
            if ((equals < 0 ? parameter : parameter[..equals]).SequenceEqual(policy.Name))
            {
                return XxHash64.Hash(equals < 0 ? [] : parameter[(equals + 1)..]);
            }
        }

        return null;
    }
}
