using Mesh.Config;

namespace Mesh.ControlPlane.Stores.Folder.State;

/// <summary>A resource of a file on its way to be served.</summary>
/// <param name="Raw">As it stands in the file.</param>
/// <param name="Whole">With what the store keeps about it.</param>
/// <param name="Record">What the store keeps about it.</param>
/// <param name="IsNews">Whether the record is not on disk yet.</param>
internal sealed record StateDraft(Resource Raw, Resource Whole, StateRecord Record, bool IsNews);
