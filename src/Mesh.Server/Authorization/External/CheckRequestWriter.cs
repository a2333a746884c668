using System.Net;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model.Authorization;
using Mesh.Protocol.Envoy.Auth;
using Mesh.Protocol.Envoy.Core;
using Mesh.Server.Authorization.Engine;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization.External;

/// <summary>Writes what an authorizer is told of a request (attribute_context.proto).</summary>
internal static class CheckRequestWriter
{
    private const string RequestIdHeader = "x-request-id";
    private const string PartialBody = "x-envoy-auth-partial-body";

    public static CheckRequest Write(HttpContext context, in RequestFacts facts, ExternalAuthorization policy, CheckedBytes body, DateTimeOffset now) => new()
    {
        Attributes = new AttributeContext
        {
            Source = Peer(facts.Source, context.Connection.RemotePort, facts.Peer?.Uri),
            Destination = Peer(facts.Local, facts.Port, principal: null),
            Request = new AttributeContext.Types.Request { Time = now.ToTimestamp(), Http = Http(context, in facts, policy, body) },
            TlsSession = facts.ServerName is { } name ? new AttributeContext.Types.TLSSession { Sni = name } : null,
        },
    };

    private static AttributeContext.Types.Peer Peer(IPAddress? address, int port, string? principal) => new()
    {
        Address = address is null ? null : new Address { SocketAddress = new Protocol.Envoy.Core.SocketAddress { Address = address.ToString(), PortValue = (uint)port } },
        Principal = principal ?? "",
    };

    private static AttributeContext.Types.HttpRequest Http(HttpContext context, in RequestFacts facts, ExternalAuthorization policy, CheckedBytes body)
    {
        var request = new AttributeContext.Types.HttpRequest
        {
            Id = context.Request.Headers[RequestIdHeader].ToString(),
            Method = facts.Method,
            Path = facts.RawTarget ?? facts.Path + facts.Query,
            Host = facts.Host,
            Scheme = facts.Scheme,
            Size = context.Request.ContentLength ?? -1,
            Protocol = context.Request.Protocol,
        };
        AddHeaders(request, context.Request.Headers, in facts);
        if (policy.Body is { AsBytes: true })
        {
            request.RawBody = ByteString.CopyFrom(body.Bytes.Span);
        }
        else if (policy.Body is not null)
        {
            request.Body = System.Text.Encoding.UTF8.GetString(body.Bytes.Span);
        }

        if (policy.Body is not null)
        {
            request.Headers[PartialBody] = body.IsPartial ? "true" : "false";
        }

        return request;
    }

#pragma warning disable CA1308 // attribute_context.proto: all keys in lower case.
    private static void AddHeaders(AttributeContext.Types.HttpRequest request, IHeaderDictionary headers, in RequestFacts facts)
    {
        foreach (var (name, values) in headers)
        {
            request.Headers[name.ToLowerInvariant()] = string.Join(',', values.ToArray());
        }

        request.Headers[":method"] = facts.Method;
        request.Headers[":path"] = request.Path;
        request.Headers[":authority"] = facts.Host;
        request.Headers[":scheme"] = facts.Scheme;
    }
#pragma warning restore CA1308
}
