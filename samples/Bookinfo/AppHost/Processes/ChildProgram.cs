namespace Bookinfo.AppHost.Processes;

/// <summary>A program to start: which one, how, and what it prints when it is ready.</summary>
/// <param name="Name">Name of the process in messages, for example <c>reviews-v2</c>.</param>
/// <param name="Assembly">Path of the built program.</param>
/// <param name="Arguments">Its command line.</param>
/// <param name="Environment">Variables added to those of this process.</param>
/// <param name="ReadReadyLine">Gets what the program says when it is ready out of a line of its output; null for any other line.</param>
internal sealed record ChildProgram(
    string Name,
    string Assembly,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    Func<string, string?> ReadReadyLine);
