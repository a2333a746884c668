namespace Mesh.Client.Pipeline.Attempts;

/// <summary>Stage: settles how long a call may take and when its attempts are repeated.</summary>
internal static class CallTerms
{
    public static void Settle(OutboundCall call)
    {
        call.Timeout = call.Route.Timeout;
        call.Retry = call.Route.Retry;
    }
}
