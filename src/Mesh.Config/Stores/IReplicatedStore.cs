namespace Mesh.Config.Stores;

/// <summary>A store that several control planes share, so that what one of them serves can be older than what another one served before.</summary>
internal interface IReplicatedStore : IConfigStore
{
    /// <summary>Names the count of versions, which only grows while the name stays; empty while it is not known.</summary>
    string Epoch { get; }

    /// <summary>Whether this control plane knows that it may be behind the others.</summary>
    bool IsBehind { get; }
}
