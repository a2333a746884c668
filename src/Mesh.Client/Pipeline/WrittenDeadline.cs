namespace Mesh.Client.Pipeline;

/// <summary>A header that was written for one attempt.</summary>
/// <param name="Name">Null when none was.</param>
/// <param name="Before">What stood there before; null when nothing did.</param>
internal readonly record struct WrittenDeadline(string? Name, string? Before);
