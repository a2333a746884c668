using System.Net;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization.Engine;

/// <summary>Finds the address of a client behind trusted proxies in <c>x-forwarded-for</c>, of which everything further left is only claimed (S67).</summary>
internal static class ForwardedAddress
{
    private const string ForwardedFor = "X-Forwarded-For";

    /// <summary>What the outermost of the trusted proxies wrote; null when the header does not reach so far, so that the connection's own counts.</summary>
    public static NetworkAddress? Find(IHeaderDictionary headers, int trustedHops)
    {
        if (trustedHops <= 0)
        {
            return null;
        }

        // Several lines are one list, in their order (RFC 9110 5.3).
        var values = headers[ForwardedFor];
        for (var line = values.Count - 1; line >= 0; line--)
        {
            var rest = values[line].AsSpan();
            while (true)
            {
                var comma = rest.LastIndexOf(',');
                if (--trustedHops == 0)
                {
                    return Read(rest[(comma + 1)..].Trim());
                }

                if (comma < 0)
                {
                    break;
                }

                rest = rest[..comma];
            }
        }

        return null;
    }

    /// <summary>An entry that is no address stands for an unknown one, which is in no range.</summary>
    private static NetworkAddress Read(ReadOnlySpan<char> entry)
    {
        if (IPAddress.TryParse(entry, out var address))
        {
            return NetworkAddress.Of(address);
        }

        return IPEndPoint.TryParse(entry, out var endpoint) ? NetworkAddress.Of(endpoint.Address) : default;
    }
}
