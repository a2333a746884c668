namespace Mesh.ControlPlane.Registry;

/// <summary>Where the endpoints of a service come from.</summary>
internal enum ServiceResolution
{
    /// <summary>Known endpoints: registered workloads, WorkloadEntries, inline endpoints.</summary>
    Static,

    /// <summary>The client resolves the names of the endpoints; every address is an endpoint.</summary>
    Dns,

    /// <summary>The client resolves the one name anew for each connection.</summary>
    DnsRoundRobin,

    /// <summary>The address that the caller dialled.</summary>
    None,
}
