namespace Mesh.Client.Model;

/// <summary>A header to be given a value.</summary>
/// <param name="Name">As it was written; compares without case.</param>
/// <param name="Value">What it is given.</param>
/// <param name="Kind">What becomes of a value that is there already.</param>
/// <param name="KeepEmpty">Whether the header is set even when the value turns out to be empty.</param>
internal sealed record HeaderEdit(string Name, HeaderFormat Value, HeaderEditKind Kind, bool KeepEmpty);
