using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.Gateways;

/// <summary>Gateways of the same workloads with the same certificate: clients reuse a connection for hosts of the other, and get 404 (IST0138).</summary>
internal sealed class GatewayCertificateAnalyzer : IAnalyzer
{
    public string Name => "gateway.CertificateAnalyzer";

    public string Description => "Checks a gateway certificate";

    public void Analyze(AnalysisContext context)
    {
        var holders = context.All(KindNames.Gateway)
            .SelectMany(resource => resource.Spec<Gateway>().Servers.Select(server => (Gateway: resource, Certificate: CertificateOf(server))))
            .Where(entry => entry.Certificate is not null)
            .ToLookup(entry => entry.Certificate);
        foreach (var holder in holders.SelectMany(group => group))
        {
            var selector = new LabelSelector(holder.Gateway.Spec<Gateway>().Selector);
            var others = holders[holder.Certificate]
                .Select(entry => entry.Gateway)
                .Where(other => other != holder.Gateway && selector.Matches(other.Spec<Gateway>().Selector.AsReadOnly()));
            foreach (var other in others)
            {
                context.ReportAt(
                    holder.Gateway.LineOf("metadata.name"), Messages.GatewayDuplicateCertificate, holder.Gateway,
                    [new[] { holder.Gateway.FullName, other.FullName }]);
            }
        }
    }

    /// <summary>What makes two certificates the same: the secret's name, or else both files.</summary>
    private static (string Secret, string Certificate, string Key)? CertificateOf(Server server) => server.Tls switch
    {
        { CredentialName.Length: > 0 } tls => (tls.CredentialName, "", ""),
        { ServerCertificate.Length: > 0, PrivateKey.Length: > 0 } tls => ("", tls.ServerCertificate, tls.PrivateKey),
        _ => null,
    };
}
