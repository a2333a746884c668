namespace Mesh.Cli.Output;

/// <summary>How a value is meant; a terminal with colour shows it.</summary>
internal enum Tone
{
    Plain,
    Good,
    Caution,
    Bad,
}
