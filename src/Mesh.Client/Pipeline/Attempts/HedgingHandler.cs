using Mesh.Client.Pipeline.Redirects;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>Stage in place of plain attempts for calls with a hedging policy: another attempt runs beside a slow one, and the first good answer counts.</summary>
/// <remarks>It takes the place of retries (gRFC A6): a failed attempt starts the next at once. Calls that cannot be sent twice at a time have plain attempts.</remarks>
internal sealed class HedgingHandler(AttemptHandler attempts, RetryTools tools)
{
    public Task<HttpResponseMessage> SendAsync(OutboundCall call) =>
        (call.Unusual!.Hedging!.Delay ?? call.Retry?.AttemptTimeout) is { } delay && CanRunTwice(call)
            ? RaceAsync(call, delay)
            : attempts.SendAsync(call);

    /// <summary>A gRPC call may, when all of its body has been sent: that shows when the time for another attempt has come.</summary>
    private static bool CanRunTwice(OutboundCall call) =>
        call.IsGrpc || (RequestSafety.IsIdempotent(call.Request) && ReplayableBody.Is(call.WireRequest.Content) && !IsUpgrade(call.Request));

    /// <summary>A connection of its own, such as a WebSocket: each would be a session that somebody serves.</summary>
    private static bool IsUpgrade(HttpRequestMessage request) => request.Headers.NonValidated.Contains("Upgrade") || request.Headers.Protocol is not null;

    private async Task<HttpResponseMessage> RaceAsync(OutboundCall call, TimeSpan delay)
    {
        call.Cluster.Retries.CountRequest();
        attempts.KeepBody(call);
        var race = new HedgedRace(call, attempts, tools);
        HttpResponseMessage response;
        try
        {
            response = await race.RunAsync(delay).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            call.Record?.End(exception);
            throw;
        }
        finally
        {
            race.CancelLosers();
            call.End(succeeded: false);
        }

        response.RequestMessage = call.Request;
        call.Affinity?.Cookies.Apply(response);
        return call.Client.Redirects is { } redirects && RedirectRules.IsRedirect(response.StatusCode)
            ? await redirects.FollowAsync(response, call.Request, call.CallerToken).ConfigureAwait(false)
            : response;
    }
}
