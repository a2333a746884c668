using System.Globalization;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.DestinationRules;

/// <summary>DestinationRules that ask for TLS without saying whom to believe (IST0128, IST0129).</summary>
internal sealed class CaCertificateAnalyzer : IAnalyzer
{
    public string Name => "destinationrule.CaCertificateAnalyzer";

    public string Description => "Checks if caCertificates is set when TLS mode is SIMPLE/MUTUAL";

    public void Analyze(AnalysisContext context)
    {
        foreach (var resource in context.All(KindNames.DestinationRule))
        {
            var rule = resource.Spec<DestinationRule>();
            if (Lacks(rule, rule.TrafficPolicy?.Tls))
            {
                context.ReportAt(
                    resource.LineOf("spec.trafficPolicy.tls.caCertificates"), Messages.NoServerCertificateVerificationDestinationLevel, resource,
                    resource.FullName, resource.Namespace, ModeOf(rule.TrafficPolicy!.Tls), rule.Host);
            }

            for (var index = 0; index < (rule.TrafficPolicy?.PortLevelSettings.Count ?? 0); index++)
            {
                var settings = rule.TrafficPolicy!.PortLevelSettings[index];
                if (Lacks(rule, settings.Tls))
                {
                    // As Go prints the message of a port.
                    var port = settings.Port is { Number: not 0 and var number } ? $"number:{number.ToString(CultureInfo.InvariantCulture)}" : "";
                    context.ReportAt(
                        resource.LineOf($"spec.trafficPolicy.portLevelSettings[{index}].tls.caCertificates"), Messages.NoServerCertificateVerificationPortLevel, resource,
                        resource.FullName, resource.Namespace, ModeOf(settings.Tls), rule.Host, port);
                }
            }
        }
    }

    /// <summary>A credential holds roots too, but is read only where the rule is for selected workloads.</summary>
    private static bool Lacks(DestinationRule rule, ClientTLSSettings? tls) =>
        tls is { Mode: ClientTLSSettings.Types.TLSmode.Simple or ClientTLSSettings.Types.TLSmode.Mutual, CaCertificates.Length: 0 }
        && !(tls.CredentialName.Length > 0 && rule.WorkloadSelector is not null);

    private static string ModeOf(ClientTLSSettings tls) => tls.Mode.ToString().ToUpperInvariant();
}
