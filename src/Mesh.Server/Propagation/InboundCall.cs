using Mesh.Client.Propagation;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Propagation;

/// <summary>The context of a request with its response, to which retries that were given up are written.</summary>
internal sealed class InboundCall(HttpResponse response, TimeSpan? remaining, TimeProvider time) : CallContext(remaining, time)
{
    private const string NoFailure = "0";

    /// <summary>Runs when the response starts.</summary>
    public static Task OnStarting(object call)
    {
        ((InboundCall)call).Mark();
        return Task.CompletedTask;
    }

    /// <summary>A gRPC response may tell its status only at the end; until then the mark says nothing.</summary>
    private void Mark()
    {
        if (!RetriesExhausted)
        {
            return;
        }

        var failed = GrpcReply.IsGrpc(response.ContentType)
            ? response.Headers[GrpcReply.StatusHeader] != NoFailure
            : response.StatusCode >= StatusCodes.Status500InternalServerError;
        if (failed)
        {
            response.Headers[RetryOwnership.ExhaustedHeader] = "1";
        }
    }
}
