using System.Globalization;
using Mesh.Client.LoadBalancing.Hashing;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Hashing;

/// <summary>Hashes a cookie; a caller that has none is given one, if the policy says so, and goes where that one leads from now on.</summary>
internal sealed class CookieHash(HashPolicy policy) : RequestHashPart(policy.IsTerminal)
{
    public override ulong? Compute(OutboundCall call, Random random)
    {
        if (RequestCookies.Find(call.Request, policy.Name) is { Length: > 0 } value)
        {
            return XxHash64.Hash(value);
        }

        if (policy.Cookie is not { } template)
        {
            return null;
        }

        // Envoy hashes the connection's addresses to the same form; here any number that nobody else has will do.
        var fresh = random.NextInt64(long.MinValue, long.MaxValue).ToString("x16", CultureInfo.InvariantCulture);
        call.Affinity ??= new CallAffinity();
        call.Affinity.Cookies.Add(template, fresh);
        return XxHash64.Hash(fresh);
    }
}
