using Mesh.Client.Model;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Pipeline.Responses;

namespace Mesh.Client.Pipeline;

/// <summary>Stage: a destination that is not in the mesh follows the outbound traffic policy.</summary>
internal sealed class UnknownDestinationHandler(OutboundTrafficPolicy policy)
{
    private readonly CallPeer _passthrough = new(CallPeer.PassthroughCluster, null, null);
    private readonly CallPeer _blackHole = new(CallPeer.BlackHoleCluster, null, null);

    public Task<HttpResponseMessage> SendAsync(OutboundCall call)
    {
        var destination = call.Destination.Destination;
        if (destination.RefusesPlaintext && call.Request.RequestUri!.Scheme is "http" or "ws")
        {
            // Not the black hole of the outbound traffic policy: of what may well be a service of the mesh nothing is known, in time or at all.
            return Task.FromResult(LocalReply.Create(call, LocalFailure.PlaintextRefused(destination.Authority.ToString(), destination.Reason)));
        }

        // The kill switch takes calls out of the mesh with all of its policies.
        if (policy is OutboundTrafficPolicy.RegistryOnly && destination.Source is not DestinationSource.Direct)
        {
            AnswerAs(call, _blackHole);
            return Task.FromResult(LocalReply.Create(call, LocalFailure.NotInRegistry(destination.Authority.ToString())));
        }

        AnswerAs(call, _passthrough);
        return PassAsync(call);
    }

    private static async Task<HttpResponseMessage> PassAsync(OutboundCall call)
    {
        try
        {
            call.Record?.BeginAttempt();
            var response = await call.Client.Passthrough.SendAsync(call.WireRequest, call.CallerToken).ConfigureAwait(false);
            call.Record?.Withdraw();

            // Its body is the handler's of the application alone: the end of its headers counts as the end.
            call.Record?.End(response, new AttemptOutcome((int)response.StatusCode, AttemptOutcome.NoGrpcStatus, LocalOrigin.None, default));
            return response;
        }
        catch (HttpRequestException exception)
        {
            End(call, exception);
            if (exception.HttpRequestError is not HttpRequestError.NameResolutionError)
            {
                throw;
            }

            // Who sees this most likely meant a service of the mesh: say what the mesh knows.
            var destination = call.Destination.Destination;
            var reason = destination.Reason ?? "no service and no ServiceEntry has this host and port";
            throw new HttpRequestException(
                exception.HttpRequestError,
                $"{exception.Message}. The mesh does not know {destination.Authority} either: {reason}.",
                exception,
                exception.StatusCode);
        }
        catch (Exception exception)
        {
            End(call, exception);
            throw;
        }
    }

    private static void AnswerAs(OutboundCall call, CallPeer peer)
    {
        if (call.Record is { } record)
        {
            record.Answerer = peer;
        }
    }

    private static void End(OutboundCall call, Exception exception)
    {
        call.Record?.Withdraw();
        call.Record?.End(exception);
    }
}
