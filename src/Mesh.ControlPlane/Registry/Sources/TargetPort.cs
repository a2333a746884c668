namespace Mesh.ControlPlane.Registry.Sources;

/// <summary>Finds the port of a workload that a service port leads to.</summary>
/// <param name="Port">The service's port.</param>
/// <param name="Name">Named <c>targetPort</c>; empty when it is a number or unset.</param>
/// <param name="Number">Numeric <c>targetPort</c>; the service's own number when it is unset.</param>
internal readonly record struct TargetPort(ServicePort Port, string Name, int Number)
{
    /// <summary>The workload's port number, or null when it has none for this service port.</summary>
    public int? In(Workload workload)
    {
        if (workload.Ports.TryGetValue(Port.Name, out var number) || (Name.Length > 0 && workload.Ports.TryGetValue(Name, out number)))
        {
            return number;
        }

        var target = Number;
        if (!workload.HasAllPorts)
        {
            return target;
        }

        if (workload.Ports.ContainsValue(target))
        {
            return target;
        }

        // The number that it says itself for a port that it really opened elsewhere, as a gateway does.
        foreach (var (name, written) in workload.ServicePorts)
        {
            if (written == target && workload.Ports.TryGetValue(name, out var real))
            {
                return real;
            }
        }

        // A process that listens on any free port has one port and no reason to name it as the Service does.
        return workload.Ports.Count == 1 ? workload.Ports.Values.First() : null;
    }
}
