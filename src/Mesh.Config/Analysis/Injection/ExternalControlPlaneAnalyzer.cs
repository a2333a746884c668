using System.Net;
using System.Text.Json;
using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Injection;

/// <summary>Webhooks that are to reach a control plane outside the cluster, at an address that cannot be one (IST0163, IST0164).</summary>
/// <remarks>istioctl also asks DNS. An analysis of texts does not: its outcome would hang on where and when it runs.</remarks>
internal sealed class ExternalControlPlaneAnalyzer : IAnalyzer
{
    public string Name => "externalcontrolplane.ExternalControlPlaneAnalyzer";

    public string Description => "Checks that the remote IstioOperator resources reference an external control plane";

    public void Analyze(AnalysisContext context)
    {
        var validating = context.All(KindNames.ValidatingWebhook)
            .Where(configuration => configuration.Name == "istiod-default-validator" || configuration.Name.StartsWith("istio-validator", StringComparison.Ordinal));
        var mutating = context.All(KindNames.MutatingWebhook)
            .Where(configuration => configuration.Name.StartsWith("istio-sidecar-injector", StringComparison.Ordinal));
        foreach (var configuration in validating.Concat(mutating))
        {
            foreach (var webhook in configuration.Document.Items("webhooks"))
            {
                Check(context, configuration, webhook.Text("name"), webhook.Field("clientConfig"));
            }
        }
    }

    private static void Check(AnalysisContext context, AnalysisResource configuration, string webhook, JsonElement client)
    {
        if (!client.Field("url").Exists())
        {
            if (!client.Field("service").Exists())
            {
                context.Report(Messages.InvalidExternalControlPlaneConfig, configuration, "", webhook, "is blank");
            }

            return;
        }

        var url = client.Text("url");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
        {
            var problem = url.Length == 0 ? "cannot be resolved via a DNS lookup" : "was provided in an invalid format";
            context.Report(Messages.InvalidExternalControlPlaneConfig, configuration, url, webhook, problem);
        }
        else if (IPAddress.TryParse(address.DnsSafeHost, out _))
        {
            context.Report(Messages.ExternalControlPlaneAddressIsNotAHostname, configuration, url, webhook);
        }
        else if (!CanBeName(address.DnsSafeHost))
        {
            context.Report(Messages.InvalidExternalControlPlaneConfig, configuration, url, webhook, "cannot be resolved via a DNS lookup");
        }
    }

    /// <summary>No top-level domain is a number: such a name is a mistyped address.</summary>
    private static bool CanBeName(string host) =>
        Uri.CheckHostName(host) == UriHostNameType.Dns && !host.TrimEnd('.').Split('.')[^1].All(char.IsAsciiDigit);
}
