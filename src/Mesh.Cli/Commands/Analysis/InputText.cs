namespace Mesh.Cli.Commands.Analysis;

/// <summary>A text of resources.</summary>
/// <param name="File">As it was named; a dash for what was piped in.</param>
/// <param name="Text">YAML or JSON.</param>
internal sealed record InputText(string File, string Text);
