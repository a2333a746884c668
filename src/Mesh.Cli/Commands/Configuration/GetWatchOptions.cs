namespace Mesh.Cli.Commands.Configuration;

/// <summary>How to watch.</summary>
/// <param name="TellsPresent">Whether what is there is told first.</param>
/// <param name="ShowsEvents">Whether each line says what happened.</param>
internal sealed record GetWatchOptions(bool TellsPresent, bool ShowsEvents);
