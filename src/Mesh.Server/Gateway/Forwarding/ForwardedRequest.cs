using System.Net;
using Mesh.Server.Gateway.Requests;
using Mesh.Server.Propagation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Gateway.Forwarding;

/// <summary>Makes the request that is sent on from the one that came in.</summary>
internal static class ForwardedRequest
{
    private const string WebSocket = "websocket";

    // As it came: what is matched is what is sent.
    private static readonly UriCreationOptions AsSent = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>Null when its host or its target is none.</summary>
    public static HttpRequestMessage? Create(HttpContext context, GatewayRequest request)
    {
        if (request.Target is null)
        {
            return null;
        }

        var received = context.Request;
        var authority = received.Host.HasValue ? received.Host.Value : "localhost";

        // As the stages before have left it: they may have changed the query.
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? request.Target;
        var path = target == "*" ? "/*" : target;
        if (!Uri.TryCreate($"http://{authority}{path}", AsSent, out var uri) || uri.UserInfo.Length > 0)
        {
            return null;
        }

        var isUpgrade = IsWebSocket(context);
        var isGrpc = GrpcReply.IsFor(received);
        var message = new HttpRequestMessage(isUpgrade ? HttpMethod.Get : HttpMethod.Parse(received.Method), uri)
        {
            Version = isGrpc ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = isGrpc ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower,
            Content = HasBody(context) && !isUpgrade ? new InboundContent(context) : null,
        };
        CopyHeaders(received, message);
        if (isUpgrade)
        {
            message.Headers.TryAddWithoutValidation("Connection", "Upgrade");
            message.Headers.TryAddWithoutValidation("Upgrade", WebSocket);
        }

        return message;
    }

    /// <summary>By HTTP/1.1's upgrade, or by an extended CONNECT of HTTP/2 (RFC 8441).</summary>
    public static bool IsWebSocket(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: var protocol }
            ? WebSocket.Equals(protocol, StringComparison.OrdinalIgnoreCase)
            : context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
                && WebSocket.Equals(context.Request.Headers.Upgrade, StringComparison.OrdinalIgnoreCase);

    private static bool HasBody(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;

    private static void CopyHeaders(HttpRequest received, HttpRequestMessage message)
    {
        var named = HopByHop.Named(received.Headers.Connection);
        foreach (var (name, values) in received.Headers)
        {
            if (HopByHop.Is(name, named) || name.StartsWith(':') || name.Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            // One value, as nearly always, need not be boxed.
            if (values.Count == 1)
            {
                var value = values.ToString();
                _ = message.Headers.TryAddWithoutValidation(name, value) || message.Content?.Headers.TryAddWithoutValidation(name, value) == true;
            }
            else if (!message.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        // RFC 9110 10.1.4: of what the caller takes, trailers are what can be passed on; gRPC asks for them.
        if (received.Headers.TE.ToString().Contains("trailers", StringComparison.OrdinalIgnoreCase))
        {
            message.Headers.TryAddWithoutValidation("TE", "trailers");
        }
    }
}
