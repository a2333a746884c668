using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Serving.Taps;

namespace Mesh.ControlPlane.Api.Taps;

/// <summary>Lets people look at single requests for a time; who looked at what is on record before the first one is shown.</summary>
internal sealed class TapEndpoints(TapSessions sessions, TimeProvider time)
{
    /// <summary>How many processes are looked at.</summary>
    public const string ClientsHeader = "Mesh-Tap-Clients";

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    // No GET: it is recorded as what it is, with all that it asked for in its query.
    public IEnumerable<ApiRoute> Routes => [ApiRoute.Post("/api/v1/taps", Permission.TapTraffic, TapAsync)];

    private async Task TapAsync(ApiCall call)
    {
        var question = TapQuestion.Read(call, sessions.Limits);
        var session = sessions.Begin(
            question.Filter,
            node => call.MayIn(node.Namespace) && question.Target.Means(node),
            question.Duration,
            out var clients) ?? throw new ApiException(StatusCodes.Status429TooManyRequests, "TooManyRequests", $"{sessions.Limits.Sessions} people look at requests already; wait until one has finished.");
        try
        {
            Require(clients, call.Query("target")!);
            call.Http.Response.Headers[ClientsHeader] = clients.ToString(System.Globalization.CultureInfo.InvariantCulture);
            call.Http.Response.Headers.CacheControl = "no-store";
            call.Http.Response.ContentType = "application/x-ndjson";
            await call.Http.Response.Body.FlushAsync(call.Cancellation);
            await RelayAsync(call, session);
        }
        finally
        {
            sessions.End(session);
        }
    }

    private void Require(int clients, string target)
    {
        if (clients == 0)
        {
            throw ApiException.NotFound($"No process that is connected here is called '{target}' and can be looked at; those of gRPC's own clients cannot. 'meshctl clients' lists all.");
        }

        if (clients > sessions.Limits.ClientsPerSession)
        {
            throw ApiException.BadRequest($"target: '{target}' is {clients} processes; at most {sessions.Limits.ClientsPerSession} can be looked at together.");
        }
    }

    private async Task RelayAsync(ApiCall call, TapSession session)
    {
        using var over = new CancellationTokenSource(session.EndsAt - time.GetUtcNow(), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, call.Cancellation);
        var told = 0L;
        try
        {
            while (true)
            {
                if (await WaitAsync(session, either.Token))
                {
                    while (session.TryTake(out var tapped))
                    {
                        told++;
                        await WriteAsync(call, TapDescription.Of(tapped));
                    }
                }

                // An empty line now and then tells that it goes on, and finds out who has left.
                await call.Http.Response.WriteAsync("\n", call.Cancellation);
                await call.Http.Response.Body.FlushAsync(call.Cancellation);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !call.Cancellation.IsCancellationRequested)
        {
            await WriteAsync(call, new JsonObject { ["kind"] = "TapEnd", ["requests"] = told, ["dropped"] = session.Dropped });
        }
    }

    /// <summary>False when it is time to give a sign of life.</summary>
    private async Task<bool> WaitAsync(TapSession session, CancellationToken cancellationToken)
    {
        using var sign = new CancellationTokenSource(KeepAlive, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(sign.Token, cancellationToken);
        try
        {
            return await session.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (sign.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static Task WriteAsync(ApiCall call, JsonObject line) => call.Http.Response.WriteAsync(line.ToJsonString(JsonSerializerOptions.Web) + "\n", call.Cancellation);
}
