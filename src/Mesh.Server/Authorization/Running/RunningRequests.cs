using System.Collections.Concurrent;
using Mesh.Client.Hosting;
using Mesh.Server.Authorization.Engine;
using Mesh.Server.Propagation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Mesh.Server.Authorization.Running;

/// <summary>Judges requests that run for long again when the policy changes (S71); those that end soon cost nothing.</summary>
internal sealed class RunningRequests
{
    private const string EventStream = "text/event-stream";

    private readonly ConcurrentDictionary<RunningRequest, byte> _running = [];
    private readonly AuthorizationRules _rules;
    private readonly AuthorizationJudge _judge;
    private readonly ILogger _logger;

    public RunningRequests(InboundPolicy policy, AuthorizationRules rules, AuthorizationJudge judge, ILogger<RunningRequests> logger)
    {
        (_rules, _judge, _logger) = (rules, judge, logger);
        policy.Changed += () => ThreadPool.UnsafeQueueUserWorkItem(static requests => requests.Recheck(), this, preferLocal: false);
    }

    public int Count => _running.Count;

    /// <summary>Whether a request is of a kind that may run for long: an upgrade (WebSocket), a gRPC call or a stream of events.</summary>
    public static bool MayRunLong(HttpContext context) =>
        GrpcReply.IsFor(context.Request)
        || context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true }
        || AsksForEvents(context.Request);

    public async Task FollowAsync(HttpContext context, RequestFacts facts, RequestDelegate next)
    {
        var request = new RunningRequest(context, facts);
        _running[request] = 0;
        try
        {
            // What changed between the decision and now was not seen by either.
            if (_rules.Find(facts.Port) is { } port)
            {
                request.Recheck(_judge, port);
            }

            await next(context);
        }
        finally
        {
            _running.TryRemove(request, out _);
            request.End();
        }
    }

    /// <summary>Judges all of them again.</summary>
    public void Recheck()
    {
        foreach (var (request, _) in _running)
        {
            try
            {
                if (_rules.Find(request.Port) is { } port)
                {
                    request.Recheck(_judge, port);
                }
            }
            catch (Exception exception)
            {
                AuthorizationLog.RecheckFailed(_logger, exception);
                request.Abort();
            }
        }
    }

    private static bool AsksForEvents(HttpRequest request)
    {
        foreach (var accept in request.Headers[HeaderNames.Accept])
        {
            if (accept is not null && accept.Contains(EventStream, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
