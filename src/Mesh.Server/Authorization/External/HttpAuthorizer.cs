using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using Mesh.Client.Model.Authorization;
using Mesh.Client.Routing;
using Mesh.Server.Authorization.Engine;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization.External;

/// <summary>Asks over HTTP as Envoy does: the request itself is repeated, without its body unless that is to be sent; 200 lets it pass.</summary>
internal sealed class HttpAuthorizer(HttpMessageInvoker invoker) : IAuthorizerProtocol
{
    private const string PartialBody = "x-envoy-auth-partial-body";

    // A refusal is for people; what is longer is no answer.
    private const int MaxBody = 64 * 1024;

    // Envoy sends these back with every refusal; what else the caller gets is listed.
    private static readonly string[] AlwaysWithDenial = ["WWW-Authenticate", "Proxy-Authenticate", "Location", "Content-Type"];

    private readonly ConditionalWeakTable<AuthorizationService, HeaderLists> _lists = [];

    public async Task<AuthorizerAnswer> CheckAsync(
        HttpContext context, ExternalAuthorization policy, RequestFacts facts, CheckedBytes body, CancellationToken cancellationToken)
    {
        var service = policy.Service!;
        var lists = _lists.GetValue(service, static service => new HeaderLists(service));
        using var request = Repeat(context, policy, lists, facts, body);
        using var response = await invoker.SendAsync(request, cancellationToken);
        var status = (int)response.StatusCode;
        if (status >= StatusCodes.Status500InternalServerError)
        {
            throw new AuthorizerFailedException($"{policy.Provider} answered {status}");
        }

        return response.StatusCode is HttpStatusCode.OK
            ? new AuthorizerAnswer(IsAllowed: true)
            {
                RequestHeaders = Select(response, name => AuthorizerHeaders.IsListed(lists.Upstream, name)),
                ResponseHeaders = Select(response, name => AuthorizerHeaders.IsListed(lists.Response, name)),
            }
            : new AuthorizerAnswer(IsAllowed: false)
            {
                Status = status,
                Body = await ReadBodyAsync(response, cancellationToken),
                ResponseHeaders = Select(response, name =>
                    AlwaysWithDenial.Contains(name, StringComparer.OrdinalIgnoreCase) || AuthorizerHeaders.IsListed(lists.Denial, name)),
            };
    }

    private static HttpRequestMessage Repeat(HttpContext context, ExternalAuthorization policy, HeaderLists lists, RequestFacts facts, CheckedBytes body)
    {
        var service = policy.Service!;
        var target = facts.RawTarget is ['/', ..] raw ? raw : facts.Path + facts.Query;
        var authority = service.Host.Contains(':') ? $"[{service.Host}]:{service.Port}" : $"{service.Host}:{service.Port}";
        var uri = new Uri($"http://{authority}{service.PathPrefix}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(facts.Method), uri) { Content = new ByteArrayContent(body.Bytes.ToArray()) };
        if (facts.Host.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("x-forwarded-host", facts.Host);
        }

        foreach (var (name, values) in context.Request.Headers)
        {
            var isListed = name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || AuthorizerHeaders.IsListed(lists.Request, name);
            if (isListed && AuthorizerHeaders.MayChange(name))
            {
                Add(request, name, values);
            }
        }

        foreach (var (name, value) in service.AddedHeaders)
        {
            request.Headers.Remove(name);
            Add(request, name, [value]);
        }

        if (policy.Body is not null)
        {
            request.Headers.TryAddWithoutValidation(PartialBody, body.IsPartial ? "true" : "false");
        }

        return request;
    }

    private static void Add(HttpRequestMessage request, string name, IEnumerable<string?> values)
    {
        if (!request.Headers.TryAddWithoutValidation(name, values))
        {
            request.Content!.Headers.Remove(name);
            request.Content.Headers.TryAddWithoutValidation(name, values);
        }
    }

    /// <summary>The first value of a header replaces what is there; Envoy's <c>headersToUpstreamOnAllow</c> overrides the request's.</summary>
    private static ImmutableArray<HeaderChange> Select(HttpResponseMessage response, Func<string, bool> isListed)
    {
        var changes = ImmutableArray.CreateBuilder<HeaderChange>();
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            if (!isListed(name))
            {
                continue;
            }

            var kind = HeaderChangeKind.Replace;
            foreach (var value in values)
            {
                changes.Add(new HeaderChange(name, value, kind));
                kind = HeaderChangeKind.Append;
            }
        }

        return changes.ToImmutable();
    }

    private static async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > MaxBody)
        {
            throw new AuthorizerFailedException($"the refusal has {response.Content.Headers.ContentLength} bytes, more than {MaxBody}");
        }

        using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxBody + 1];
        var length = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MaxBody ? buffer[..length] : throw new AuthorizerFailedException($"the refusal has more than {MaxBody} bytes");
    }

    private sealed class HeaderLists(AuthorizationService service)
    {
        public TextMatcher[] Request { get; } = AuthorizerHeaders.Compile(service.RequestHeaders);

        public TextMatcher[] Upstream { get; } = AuthorizerHeaders.Compile(service.UpstreamHeaders);

        public TextMatcher[] Response { get; } = AuthorizerHeaders.Compile(service.ResponseHeaders);

        public TextMatcher[] Denial { get; } = AuthorizerHeaders.Compile(service.DenialHeaders);
    }
}
