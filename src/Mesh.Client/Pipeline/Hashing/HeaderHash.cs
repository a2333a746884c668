using Mesh.Client.Actions;
using Mesh.Client.LoadBalancing.Hashing;
using Mesh.Client.Model;
using Mesh.Client.Routing;

namespace Mesh.Client.Pipeline.Hashing;

/// <summary>Hashes a header; the order of several values does not matter (Envoy).</summary>
internal sealed class HeaderHash(HashPolicy policy) : RequestHashPart(policy.IsTerminal)
{
    private readonly RegexSubstitution? _rewrite = policy.Pattern is { } pattern ? new RegexSubstitution(pattern, policy.Substitution) : null;

    public override ulong? Compute(OutboundCall call, Random random)
    {
        // As it goes over the wire: Envoy hashes what the edits of the route have made of it.
        var request = call.WireRequest;
        if (policy.Name[0] != ':'
            && request.Headers.NonValidated.TryGetValues(policy.Name, out var values)
            && values.Count > 1)
        {
            var rewritten = values.Select(Rewrite).Order(StringComparer.Ordinal);
            return XxHash64.Hash(string.Concat(rewritten));
        }

        return RequestHeaderValue.Find(new RequestView(request), policy.Name) is { } value ? XxHash64.Hash(Rewrite(value)) : null;
    }

    private string Rewrite(string value) => _rewrite is null ? value : _rewrite.Replace(value);
}
