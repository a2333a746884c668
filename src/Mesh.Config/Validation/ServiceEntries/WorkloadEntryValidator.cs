using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.ServiceEntries;

/// <summary>Istio's rules for WorkloadEntry, on its own or as an endpoint of a ServiceEntry.</summary>
internal sealed class WorkloadEntryValidator() : SpecValidator<WorkloadEntry>(ResourceKinds.WorkloadEntry)
{
    private const int MostPorts = 128;
    private const int MostLabels = 256;

    /// <param name="scope">The entry.</param>
    /// <param name="entry">What it says.</param>
    /// <param name="ipOnly">STATIC resolution takes no names.</param>
    public static void Check(FieldScope scope, WorkloadEntry entry, bool ipOnly)
    {
        Address(scope, entry, ipOnly);
        CheckTemplate(scope, entry);
    }

    /// <summary>What holds without an address, too: the entries of a WorkloadGroup get theirs when they are made.</summary>
    public static void CheckTemplate(FieldScope scope, WorkloadEntry entry)
    {
        foreach (var (name, port) in entry.Ports)
        {
            var item = scope.Entry("ports", name);
            item.Require(DnsNames.IsLabel(name), $"the port name \"{name}\" must be letters, digits and -");
            ValueRules.Port(item, port);
        }

        LabelRules.Labels(scope, "labels", entry.Labels);
        scope.Field("ports").Require(entry.Ports.Count <= MostPorts, $"at most {MostPorts} ports, found {entry.Ports.Count}");
        scope.Field("labels").Require(entry.Labels.Count <= MostLabels, $"at most {MostLabels} labels, found {entry.Labels.Count}");
        scope.Field("address").Require(entry.Address.Length <= 256, "at most 256 characters");
        scope.Field("network").Require(entry.Network.Length <= 2048, "at most 2048 characters");
        scope.Field("locality").Require(entry.Locality.Length <= 2048, "at most 2048 characters");
        scope.Field("serviceAccount").Require(entry.ServiceAccount.Length <= 253, "at most 253 characters");
    }

    protected override void Validate(FieldScope scope, WorkloadEntry spec, Resource resource) => Check(scope, spec, ipOnly: false);

    private static void Address(FieldScope scope, WorkloadEntry entry, bool ipOnly)
    {
        var address = scope.Field("address");
        if (entry.Address.Length == 0)
        {
            address.Require(entry.Network.Length > 0, "an address is required, or at least a network");
            if (entry.Network.Length > 0)
            {
                address.Warning("without an address the workload is reached through the gateways of its network only");
            }
        }
        else if (Addresses.IsUnix(entry.Address))
        {
            address.Require(Addresses.IsUnixPath(entry.Address), $"\"{entry.Address}\" must be unix:///absolute/path or unix://@name");
            scope.Field("ports").Require(entry.Ports.Count == 0, "a unix address has no ports");
        }
        else if (!Addresses.IsIp(entry.Address))
        {
            address.Require(!ipOnly && DnsNames.IsFqdn(entry.Address), $"\"{entry.Address}\" must be an IP address{(ipOnly ? "" : " or a host name")}");
        }
    }
}
