namespace Mesh.Client.Fallback;

/// <summary>What the ladder is told by the options.</summary>
/// <param name="MayGoDirect">What nothing is known of goes out by DNS; otherwise it fails.</param>
/// <param name="AllowsPlaintext">A process with an identity may call in plaintext where no configuration says so.</param>
internal sealed record FallbackSettings(bool MayGoDirect, bool AllowsPlaintext);
