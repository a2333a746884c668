using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Istio.Networking;

namespace Mesh.Config.Analysis.ServiceEntries;

/// <summary>ServiceEntries with TCP ports and no address to tell them by (IST0134).</summary>
internal sealed class AddressAnalyzer : IAnalyzer
{
    public string Name => "serviceentry.Analyzer";

    public string Description => "Checks the validity of ServiceEntry";

    public void Analyze(AnalysisContext context)
    {
        if (AllocatesAddresses(context.Snapshot.Settings))
        {
            return;
        }

        foreach (var resource in context.All(KindNames.ServiceEntry))
        {
            var entry = resource.Spec<ServiceEntry>();
            if (entry.Addresses.Count > 0 || resource.Document.Field("status").Items("addresses").Any())
            {
                continue;
            }

            for (var index = 0; index < entry.Ports.Count; index++)
            {
                if (entry.Ports[index].Protocol is "" || entry.Ports[index].Protocol.Equals("TCP", StringComparison.OrdinalIgnoreCase))
                {
                    context.ReportAt(resource.LineOf($"spec.ports[{index}].name"), Messages.ServiceEntryAddressesRequired, resource);
                }
            }
        }
    }

    /// <summary>Whether proxies answer DNS themselves, with addresses that they make up.</summary>
    private static bool AllocatesAddresses(MeshSettings settings)
    {
        var metadata = settings.Config.Field("defaultConfig", "proxyMetadata");
        return metadata.Text("ISTIO_META_DNS_CAPTURE") == "true"
            && (metadata.Text("ISTIO_META_DNS_AUTO_ALLOCATE") == "true" || metadata.Text("PILOT_ENABLE_IP_AUTOALLOCATE") == "true");
    }
}
