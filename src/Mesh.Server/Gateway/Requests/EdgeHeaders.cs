using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Propagation;
using Mesh.Server.Gateway.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Server.Gateway.Requests;

/// <summary>Takes off what callers say of themselves in internal headers, and writes down what the gateway knows of them (Envoy's <c>use_remote_address</c>).</summary>
internal static class EdgeHeaders
{
    private const string ForwardedFor = "x-forwarded-for";
    private const string ForwardedProto = "x-forwarded-proto";
    private const string ForwardedHost = "x-forwarded-host";
    private const string ExternalAddress = "x-envoy-external-address";

    /// <summary>A caller outside the mesh has no business with any of these.</summary>
    private static readonly string[] InternalPrefixes = ["x-envoy-", "x-mesh-"];

    public static void Apply(HttpContext context, GatewayConnection connection, GatewayRequests requests, RequestIds ids)
    {
        var headers = context.Request.Headers;
        if (!requests.IsEdge)
        {
            ClientCertificateHeader.Apply(context, connection, requests.ClientCertificate);
            return;
        }

        RemoveInternal(headers);
        ClientCertificateHeader.Apply(context, connection, requests.ClientCertificate);
        var peer = context.Connection.RemoteIpAddress is { } address ? Text(address) : null;

        // The proxies before are believed as many as they are; without any the peer itself is the client.
        var client = requests.TrustedHops > 0 ? FromRight(headers[ForwardedFor], requests.TrustedHops - 1) ?? peer : peer;
        if (peer is not null)
        {
            var known = headers[ForwardedFor];
            headers[ForwardedFor] = StringValues.IsNullOrEmpty(known) ? peer : $"{known}, {peer}";
        }

        if (requests.TrustedHops == 0 || StringValues.IsNullOrEmpty(headers[ForwardedProto]))
        {
            headers[ForwardedProto] = connection.IsEncrypted ? "https" : "http";
        }

        if (requests.TrustedHops == 0 || StringValues.IsNullOrEmpty(headers[ForwardedHost]))
        {
            headers[ForwardedHost] = context.Request.Host.Value;
        }

        // One of a trusted proxy goes on; any other could be made up to mislead those who read logs.
        if (requests.TrustedHops == 0 || StringValues.IsNullOrEmpty(headers[RequestIds.Header]))
        {
            headers[RequestIds.Header] = ids.New();
        }

        headers[ExternalAddress] = client;
    }

    private static void RemoveInternal(IHeaderDictionary headers)
    {
        List<string>? found = null;
        foreach (var (name, _) in headers)
        {
            if (Array.Exists(InternalPrefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            {
                (found ??= []).Add(name);
            }
        }

        foreach (var name in found ?? [])
        {
            headers.Remove(name);
        }
    }

    /// <summary>The entry at a place from the right, when it is an address.</summary>
    private static string? FromRight(StringValues forwarded, int place)
    {
        var entries = forwarded.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return place < entries.Length && IPAddress.TryParse(entries[^(place + 1)], out var address) ? Text(address) : null;
    }

    private static string Text(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
