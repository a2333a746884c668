using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Debugging;

/// <summary>Lets people of this machine ask, and nobody else, unless the application has put a policy on the endpoint.</summary>
internal static class DebugGate
{
    /// <summary>A page of another site must not get an answer through somebody's browser, hence the host name.</summary>
    public static bool Admits(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null
        || (context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && IsOwnName(context.Request.Host.Host) && !IsForwarded(context.Request.Headers));

    private static bool IsOwnName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>A proxy on this machine asks for others.</summary>
    private static bool IsForwarded(IHeaderDictionary headers) => headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("Forwarded");
}
