using System.Runtime.CompilerServices;
using Mesh.Client.Hosting;
using Mesh.Client.Model.Apis;
using Mesh.Client.Telemetry;
using Mesh.Protocol.Grpc;
using Mesh.Server.Propagation;
using Mesh.Server.Reports;
using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Apis.Keys;

/// <summary>Stage: finds the consumer whose key a request bears, and refuses what needs one and has none that is good (Envoy's <c>api_key_auth</c>).</summary>
internal sealed class ApiKeyStage(InboundPolicy policy, TimeProvider time, ILogger<ApiKeyStage> logger)
{
    /// <summary>Tells services who calls; strangers' headers of that kind are taken off before.</summary>
    public const string ConsumerHeader = "x-mesh-consumer";

    // Goes with the policy; the same policy is compiled once.
    private readonly ConditionalWeakTable<ApiKeyPolicy, CompiledAccess[]> _compiled = [];

    public RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        if (AdmittedPort.Find(context, policy)?.ApiKeys is not { } keys)
        {
            return next(context);
        }

        context.Request.Headers.Remove(ConsumerHeader);
        if (Preflight.Is(context.Request) || Find(context, keys) is not { } access)
        {
            return next(context);
        }

        var verdict = Judge(context, keys, access, out var consumer);
        context.Features.Set(new RequestConsumer(access.Rule.Name, consumer));
        if (!access.Rule.ForwardsKey)
        {
            PresentedKey.Remove(context, access.Rule);
        }

        if (verdict is not ApiKeyVerdict.Admitted)
        {
            return RefuseAsync(context, access.Rule, verdict);
        }

        if (consumer is not null)
        {
            context.Request.Headers[ConsumerHeader] = consumer.Name;
        }

        return next(context);
    };

    private CompiledAccess? Find(HttpContext context, ApiKeyPolicy keys)
    {
        foreach (var access in _compiled.GetValue(keys, static keys => [.. keys.Rules.Select(static rule => new CompiledAccess(rule))]))
        {
            if (access.Matcher.Matches(context))
            {
                return access;
            }
        }

        return null;
    }

    private ApiKeyVerdict Judge(HttpContext context, ApiKeyPolicy keys, CompiledAccess access, out ApiConsumer? consumer)
    {
        consumer = null;
        if (PresentedKey.Find(context.Request, access.Rule) is not { } presented)
        {
            return access.Rule.AllowsAnonymous ? ApiKeyVerdict.Admitted : ApiKeyVerdict.Missing;
        }

        // A consumer of another namespace is nobody here.
        if (!keys.Keys.TryGetValue(ApiKeyDigest.Of(presented), out var key) || !access.IsOwn(key.Consumer))
        {
            return ApiKeyVerdict.Unknown;
        }

        consumer = key.Consumer;
        return key.NotAfter <= time.GetUtcNow() ? ApiKeyVerdict.Expired
            : consumer.IsSuspended ? ApiKeyVerdict.Suspended
            : access.Admits(consumer) ? ApiKeyVerdict.Admitted
            : ApiKeyVerdict.NotAllowed;
    }

    private Task RefuseAsync(HttpContext context, ApiAccessRule rule, ApiKeyVerdict verdict)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            ApiKeyLog.Refused(logger, rule.Name, context.Request.Method, context.Request.Path, verdict.ToString());
        }

        RequestRecord.Mark(context, ResponseFlags.UnauthorizedExternalService, RequestDetails.KeyRefused);
        if (verdict is ApiKeyVerdict.Suspended or ApiKeyVerdict.NotAllowed)
        {
            return Refusal.WriteAsync(context, StatusCodes.Status403Forbidden, GrpcStatusCode.PermissionDenied, "Client is forbidden.");
        }

        // RFC 9110 11.6.1: what a caller can do about it.
        context.Response.Headers.WWWAuthenticate = rule.Places is [{ Kind: ApiKeyPlaceKind.Authorization } place, ..] ? place.Name : "ApiKey";
        return Refusal.WriteAsync(context, StatusCodes.Status401Unauthorized, GrpcStatusCode.Unauthenticated, "Client authentication failed.");
    }
}
