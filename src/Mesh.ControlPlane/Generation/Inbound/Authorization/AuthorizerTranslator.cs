using System.Globalization;
using Google.Protobuf.Collections;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Extensions.Authorization;
using Provider = Mesh.Config.Istio.Mesh.ExtensionProvider;
using GrpcProvider = Mesh.Config.Istio.Mesh.ExtensionProvider.Types.EnvoyExternalAuthorizationGrpcProvider;
using HttpProvider = Mesh.Config.Istio.Mesh.ExtensionProvider.Types.EnvoyExternalAuthorizationHttpProvider;

namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>Turns an extension provider of the mesh configuration into the service that is asked, with Istio's rules for what is sound.</summary>
internal static class AuthorizerTranslator
{
    private const int LowestStatus = 100;
    private const int HighestStatus = 599;

    /// <summary>Null when done; otherwise what is wrong, and the filter names no service.</summary>
    public static string? Apply(Provider provider, ExternalAuthorization filter) => provider.ProviderCase switch
    {
        Provider.ProviderOneofCase.EnvoyExtAuthzHttp => Apply(provider.EnvoyExtAuthzHttp, filter),
        Provider.ProviderOneofCase.EnvoyExtAuthzGrpc => Apply(provider.EnvoyExtAuthzGrpc, filter),
        _ => "it is no external authorizer",
    };

    private static string? Apply(HttpProvider provider, ExternalAuthorization filter)
    {
        var named = (RepeatedField<string>[])
        [
            provider.IncludeRequestHeadersInCheck, provider.IncludeHeadersInCheck, provider.HeadersToUpstreamOnAllow,
            provider.HeadersToDownstreamOnDeny, provider.HeadersToDownstreamOnAllow,
        ];
        var problem = Problem(provider.Service, provider.Port, provider.StatusOnError)
            ?? (provider.PathPrefix is "" or ['/', ..] ? null : $"pathPrefix must start with /, found \"{provider.PathPrefix}\"")
            ?? (named.Any(headers => headers.Contains("*")) ? "a header list has a lone *; use a prefix or a suffix" : null);
        if (problem is not null)
        {
            return problem;
        }

        filter.HttpService = new HttpService
        {
            Host = Host(provider.Service),
            Port = provider.Port,
            PathPrefix = provider.PathPrefix,
            IncludeRequestHeadersInCheck = { Matchers(provider.IncludeRequestHeadersInCheck.Count > 0 ? provider.IncludeRequestHeadersInCheck : provider.IncludeHeadersInCheck) },
            IncludeAdditionalHeadersInCheck =
            {
                provider.IncludeAdditionalHeadersInCheck.OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => new HeaderValue { Key = header.Key, Value = header.Value }),
            },
            HeadersToUpstreamOnAllow = { Matchers(provider.HeadersToUpstreamOnAllow) },
            HeadersToDownstreamOnDeny = { Matchers(provider.HeadersToDownstreamOnDeny) },
            HeadersToDownstreamOnAllow = { Matchers(provider.HeadersToDownstreamOnAllow) },
        };
        (filter.Timeout, filter.FailureModeAllow) = (provider.Timeout, provider.FailOpen);
        (filter.StatusOnError, filter.IncludeRequestBody) = (Status(provider.StatusOnError), Body(provider.IncludeRequestBodyInCheck));
        return null;
    }

    private static string? Apply(GrpcProvider provider, ExternalAuthorization filter)
    {
        if (Problem(provider.Service, provider.Port, provider.StatusOnError) is { } problem)
        {
            return problem;
        }

        filter.GrpcService = new Mesh.Protocol.Extensions.Authorization.GrpcService { Host = Host(provider.Service), Port = provider.Port };
        (filter.Timeout, filter.FailureModeAllow) = (provider.Timeout, provider.FailOpen);
        (filter.StatusOnError, filter.IncludeRequestBody) = (Status(provider.StatusOnError), Body(provider.IncludeRequestBodyInCheck));
        return null;
    }

    private static string? Problem(string service, uint port, string status)
    {
        if (service.Length == 0 || service.EndsWith('/'))
        {
            return $"service must be host or namespace/host, found \"{service}\"";
        }

        if (port is 0 or > ushort.MaxValue)
        {
            return $"port must be from 1 to 65535, found {port}";
        }

        return status.Length == 0 || Status(status) is >= LowestStatus and <= HighestStatus ? null : $"statusOnError must be an HTTP status, found \"{status}\"";
    }

    // namespace/host only tells which of several services of a name is meant; the host is dialled.
    private static string Host(string service) => service[(service.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static uint Status(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : 0;

    private static RequestBody? Body(Provider.Types.RequestBody? body) => body is null ? null : new RequestBody
    {
        MaxRequestBytes = body.MaxRequestBytes,
        AllowPartialMessage = body.AllowPartialMessage,
        PackAsBytes = body.PackAsBytes,
    };

    private static IEnumerable<StringMatcher> Matchers(IEnumerable<string> headers) => headers.Select(header =>
    {
        var matcher = ValuePattern.Of(header);
        matcher.IgnoreCase = true;
        return matcher;
    });
}
