using System.Diagnostics;

namespace Mesh.Server.Gateway.Forwarding;

/// <summary>Spares a request that is sent on a span of <see cref="HttpClient"/>'s, when nobody would see it: ASP.NET Core makes an activity for its logs alone, and that makes HttpClient make another.</summary>
/// <param name="server">ASP.NET Core's own events; null where there are none.</param>
internal sealed class UnseenActivity(DiagnosticListener? server)
{
    // By this name listeners ask for the spans of HttpClient: one that takes them takes this source too.
    private static readonly ActivitySource Client = new("System.Net.Http");

    /// <summary>The activity that is current and nobody's, after the callee has been told of it as HttpClient would have; null when somebody may see it.</summary>
    public Activity? Find(HttpRequestMessage message)
    {
        if (Activity.Current is not { } activity || activity.Source.Name.Length > 0 || Client.HasListeners() || server?.IsEnabled() == true)
        {
            return null;
        }

        // So that the logs of both still have the same trace.
        DistributedContextPropagator.Current.Inject(activity, message, static (message, name, value) =>
        {
            var headers = ((HttpRequestMessage)message!).Headers;
            if (!headers.NonValidated.Contains(name))
            {
                headers.TryAddWithoutValidation(name, value);
            }
        });
        return activity;
    }
}
