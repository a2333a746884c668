namespace Mesh.ControlPlane.Keys;

/// <summary>Has the keys of the issuers that the configuration names.</summary>
internal interface IKeySource
{
    /// <summary>Safe to read from any thread.</summary>
    KeySnapshot Current { get; }

    /// <summary>Raised after <see cref="Current"/> was replaced; handlers must return at once.</summary>
    event Action? Changed;
}
