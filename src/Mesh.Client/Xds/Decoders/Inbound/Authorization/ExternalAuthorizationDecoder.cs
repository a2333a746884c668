using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Extensions.Authorization;
using ServiceCase = Mesh.Protocol.Extensions.Authorization.ExternalAuthorization.ServiceOneofCase;
using Wire = Mesh.Protocol.Extensions.Authorization.ExternalAuthorization;

namespace Mesh.Client.Xds.Decoders.Inbound.Authorization;

/// <summary>Decodes when an external authorizer is asked, and how.</summary>
internal static class ExternalAuthorizationDecoder
{
    public const string FilterType = "mesh.authorization.v1.ExternalAuthorization";

    // A body of this size is held in memory for each request that is asked about.
    private const uint MaxBody = 16 * 1024 * 1024;

    private const int DefaultStatus = 403;

    public static Model.Authorization.ExternalAuthorization Decode(string name, Wire message, DecodeErrors errors)
    {
        var timeout = DurationDecoder.DecodeNonNegative(message.Timeout, errors.In("timeout"));
        return new(name)
        {
            Provider = message.Provider,
            Rules = RbacDecoder.Rules(message.Rules, errors.In("rules")),
            Shadow = RbacDecoder.Rules(message.ShadowRules, errors.In("shadow_rules")),
            Service = Service(message, errors),
            Timeout = timeout > TimeSpan.Zero ? timeout.Value : Model.Authorization.ExternalAuthorization.DefaultTimeout,
            AllowsOnFailure = message.FailureModeAllow,
            StatusOnError = Status(message.StatusOnError, errors.In("status_on_error")),
            Body = Body(message.IncludeRequestBody, errors.In("include_request_body")),
        };
    }

    private static AuthorizationService? Service(Wire message, DecodeErrors errors) => message.ServiceCase switch
    {
        ServiceCase.HttpService => Http(message.HttpService, errors.In("http_service")),
        ServiceCase.GrpcService => Address(isGrpc: true, message.GrpcService.Host, message.GrpcService.Port, errors.In("grpc_service")),
        _ => null,
    };

    private static AuthorizationService? Http(HttpService service, DecodeErrors errors)
    {
        if (service.PathPrefix.Length > 0 && service.PathPrefix[0] != '/')
        {
            errors.Add($"path_prefix: expected a slash at the beginning, got '{service.PathPrefix}'");
        }

        return Address(isGrpc: false, service.Host, service.Port, errors) is not { } address ? null : address with
        {
            PathPrefix = service.PathPrefix.TrimEnd('/'),
            RequestHeaders = Names(service.IncludeRequestHeadersInCheck, "include_request_headers_in_check", errors),
            AddedHeaders = [.. service.IncludeAdditionalHeadersInCheck.Select(header => KeyValuePair.Create(header.Key, header.Value))],
            UpstreamHeaders = Names(service.HeadersToUpstreamOnAllow, "headers_to_upstream_on_allow", errors),
            DenialHeaders = Names(service.HeadersToDownstreamOnDeny, "headers_to_downstream_on_deny", errors),
            ResponseHeaders = Names(service.HeadersToDownstreamOnAllow, "headers_to_downstream_on_allow", errors),
        };
    }

    private static AuthorizationService? Address(bool isGrpc, string host, uint port, DecodeErrors errors)
    {
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            errors.Add($"host: expected a name or an address, got '{host}'");
            return null;
        }

        if (port is 0 or > ushort.MaxValue)
        {
            errors.Add($"port: expected 1 to {ushort.MaxValue}, got {port}");
            return null;
        }

        return new AuthorizationService(isGrpc, host, (int)port);
    }

    // Names of header fields have no case.
    private static ImmutableArray<StringMatch> Names(RepeatedField<StringMatcher> names, string field, DecodeErrors errors) =>
        [.. names.Select((name, index) => StringMatchDecoder.Decode(name, errors.In(field, index))).OfType<StringMatch>().Select(name => name with { IgnoreCase = true })];

    private static int Status(uint status, DecodeErrors errors)
    {
        if (status is 0)
        {
            return DefaultStatus;
        }

        if (status is >= 200 and < 600)
        {
            return (int)status;
        }

        errors.Add($"expected a status from 200 to 599, got {status}");
        return DefaultStatus;
    }

    private static CheckedBody? Body(RequestBody? body, DecodeErrors errors)
    {
        if (body is null)
        {
            return null;
        }

        if (body.MaxRequestBytes is 0 or > MaxBody)
        {
            errors.Add($"max_request_bytes: expected 1 to {MaxBody}, got {body.MaxRequestBytes}");
            return null;
        }

        return new CheckedBody((int)body.MaxRequestBytes, body.AllowPartialMessage, body.PackAsBytes);
    }
}
