using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Core;

namespace Mesh.ControlPlane.Generation.Origins;

/// <summary>Says in a cluster whose it is, in istiod's form: <c>istio.services = [{host, name, namespace}]</c>, which telemetry reads.</summary>
internal static class ServiceMetadata
{
    private const string Filter = "istio";
    private const string Key = "services";

    /// <param name="known">What is there already; null for nothing.</param>
    /// <param name="service">The service.</param>
    public static Metadata Add(Metadata? known, Service service)
    {
        var metadata = known ?? new Metadata();
        if (!metadata.FilterMetadata.TryGetValue(Filter, out var fields))
        {
            metadata.FilterMetadata[Filter] = fields = new Struct();
        }

        fields.Fields[Key] = Value.ForList(Value.ForStruct(new Struct
        {
            Fields =
            {
                ["host"] = Value.ForString(service.Hostname),
                ["name"] = Value.ForString(service.Name),
                ["namespace"] = Value.ForString(service.Namespace),
            },
        }));
        return metadata;
    }
}
