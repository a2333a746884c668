using System.Collections.Immutable;

namespace Mesh.ControlPlane.Registry;

/// <summary>Compares snapshots by content, so that a rebuild without effect keeps the version.</summary>
internal static class RegistryContent
{
    public static bool AreEqual(RegistrySnapshot left, RegistrySnapshot right) =>
        HaveSameServices(left, right)
        && left.Gateways.AsSpan().SequenceEqual(right.Gateways.AsSpan())
        && (left.Exported, right.Exported) switch
        {
            (null, null) => true,
            ({ } own, { } other) => AreEqual(own, other),
            _ => false,
        };

    /// <summary>Whether only endpoints differ, if anything does, and those of services that are alone with their host.</summary>
    public static bool DifferInEndpointsAlone(RegistrySnapshot left, RegistrySnapshot right) =>
        ReferenceEquals(left, right) || (HaveSameNames(left, right) && left.Gateways.AsSpan().SequenceEqual(right.Gateways.AsSpan()));

    /// <summary>The hosts whose endpoints differ.</summary>
    public static IEnumerable<string> HostsWithOtherEndpoints(RegistrySnapshot left, RegistrySnapshot right) =>
        ReferenceEquals(left, right)
            ? []
            : left.Endpoints.Where(endpoints => !AreEqual(endpoints.Value, right.Endpoints.GetValueOrDefault(endpoints.Key, []))).Select(endpoints => endpoints.Key)
                .Concat(right.Endpoints.Keys.Where(host => !left.Endpoints.ContainsKey(host)));

    private static bool HaveSameServices(RegistrySnapshot left, RegistrySnapshot right) =>
        left.Endpoints.Count == right.Endpoints.Count
        && HaveSameNames(left, right)
        && left.Endpoints.All(endpoints => right.Endpoints.TryGetValue(endpoints.Key, out var other) && AreEqual(endpoints.Value, other));

    private static bool HaveSameNames(RegistrySnapshot left, RegistrySnapshot right) =>
        left.Services.Count == right.Services.Count
        && left.Shadowed.Count == right.Shadowed.Count
        && left.Shadowed.All(others => right.Shadowed.TryGetValue(others.Key, out var same) && AreEqual(others.Value, same))
        && left.Services.All(service => right.Services.TryGetValue(service.Key, out var other) && AreEqual(service.Value, other));

    private static bool AreEqual(Service left, Service right) =>
        ReferenceEquals(left, right)
        || (left.Ports.AsSpan().SequenceEqual(right.Ports.AsSpan())
            && left.Addresses.AsSpan().SequenceEqual(right.Addresses.AsSpan())
            && left.ExportTo.AsSpan().SequenceEqual(right.ExportTo.AsSpan())
            && left.SubjectAltNames.AsSpan().SequenceEqual(right.SubjectAltNames.AsSpan())
            && left.IngressAddresses.AsSpan().SequenceEqual(right.IngressAddresses.AsSpan())
            && left == right with { Ports = left.Ports, Addresses = left.Addresses, ExportTo = left.ExportTo, SubjectAltNames = left.SubjectAltNames, IngressAddresses = left.IngressAddresses });

    private static bool AreEqual(ImmutableArray<ShadowedService> left, ImmutableArray<ShadowedService> right) =>
        left.Length == right.Length
        && left.Zip(right).All(pair => AreEqual(pair.First.Service, pair.Second.Service) && AreEqual(pair.First.Endpoints, pair.Second.Endpoints));

    private static bool AreEqual(ImmutableArray<ServiceEndpoint> left, ImmutableArray<ServiceEndpoint> right)
    {
        // A rebuild keeps what it had where it can.
        if (left == right)
        {
            return true;
        }

        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (!left[i].Labels.SequenceEqual(right[i].Labels)
                || !left[i].AdditionalAddresses.AsSpan().SequenceEqual(right[i].AdditionalAddresses.AsSpan())
                || left[i] != right[i] with { Labels = left[i].Labels, AdditionalAddresses = left[i].AdditionalAddresses })
            {
                return false;
            }
        }

        return true;
    }
}
