using System.Runtime.CompilerServices;
using Mesh.Client.Hosting;
using Mesh.Client.Model.Apis;
using Mesh.Client.Telemetry;
using Mesh.Protocol.Grpc;
using Mesh.Server.Propagation;
using Mesh.Server.Reports;
using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Server.Apis.Versions;

/// <summary>Stage: tells which version of an API a request means, warns of those on their way out, and ends those that are over.</summary>
internal sealed class ApiVersionStage(InboundPolicy policy, TimeProvider time)
{
    // Goes with the policy; the same policy is compiled once.
    private readonly ConditionalWeakTable<ApiVersionPolicy, (ApiVersion Version, ConditionMatcher Matcher)[]> _compiled = [];

    public RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        if (AdmittedPort.Find(context, policy) is not { ApiVersions: { IsEmpty: false } policies } || Preflight.Is(context.Request))
        {
            return next(context);
        }

        foreach (var versions in policies)
        {
            if (Find(context, versions) is not { } version)
            {
                continue;
            }

            context.Request.Headers[versions.Header] = version.Name;
            if (context.Features.Get<RequestConsumer>() is { } consumer)
            {
                consumer.Version = version.Name;
            }

            Tell(context.Response, version);
            if (version.GoneFrom <= time.GetUtcNow())
            {
                RequestRecord.Mark(context, ResponseFlags.NoRoute, RequestDetails.VersionGone);
                return Refusal.WriteAsync(context, StatusCodes.Status410Gone, GrpcStatusCode.Unimplemented, $"Version {version.Name} of this API is no more.");
            }
        }

        return next(context);
    };

    private ApiVersion? Find(HttpContext context, ApiVersionPolicy versions)
    {
        foreach (var (version, matcher) in _compiled.GetValue(versions, static versions => [.. versions.Versions.Select(static version => (version, new ConditionMatcher(version.Matches)))]))
        {
            if (matcher.Matches(context))
            {
                return version;
            }
        }

        return null;
    }

    /// <summary>What the service itself says goes before: its headers replace these, and its links stand beside them.</summary>
    private static void Tell(HttpResponse response, ApiVersion version)
    {
        if (version is { Deprecation: null, Sunset: null, Links.IsEmpty: true })
        {
            return;
        }

        response.OnStarting(() =>
        {
            var headers = response.Headers;
            Offer(headers, "Deprecation", version.Deprecation);
            Offer(headers, "Sunset", version.Sunset);
            if (!version.Links.IsEmpty)
            {
                headers.Link = StringValues.Concat(headers.Link, new StringValues([.. version.Links]));
            }

            return Task.CompletedTask;
        });
    }

    private static void Offer(IHeaderDictionary headers, string name, string? value)
    {
        if (value is not null && !headers.ContainsKey(name))
        {
            headers[name] = value;
        }
    }
}
