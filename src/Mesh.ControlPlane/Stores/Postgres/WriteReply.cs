using Mesh.Config.Stores;

namespace Mesh.ControlPlane.Stores.Postgres;

/// <summary>What the database made of a write.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Version">Of the change, when there is one.</param>
/// <param name="There">What is there, when it was not changed.</param>
/// <param name="Message">Why it was refused.</param>
internal readonly record struct WriteReply(WriteStatus Status, long Version = 0, StoredResource? There = null, string Message = "");
