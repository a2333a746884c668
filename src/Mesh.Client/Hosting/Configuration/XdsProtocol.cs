namespace Mesh.Client;

/// <summary>The forms of xDS.</summary>
public enum XdsProtocol
{
    /// <summary>Incremental: only what changed is sent.</summary>
    Delta,

    /// <summary>State of the world: the form that every control plane speaks.</summary>
    StateOfTheWorld,
}
