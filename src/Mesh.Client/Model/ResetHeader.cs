namespace Mesh.Client.Model;

/// <summary>A response header that says when to come back.</summary>
/// <param name="Name">Lower case.</param>
/// <param name="IsUnixTime">The value is a Unix timestamp, not a number of seconds from now.</param>
internal sealed record ResetHeader(string Name, bool IsUnixTime);
