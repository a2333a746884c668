namespace Mesh.Client.Model;

/// <summary>PEM text: a file of this machine, which is read again when it changes, or the text itself.</summary>
/// <param name="File">Null when the text came with the configuration.</param>
/// <param name="Text">Null when there is a file.</param>
internal sealed record PemSource(string? File, string? Text);
