namespace Mesh.Config.Yaml;

/// <summary>The text of one document with the place it starts at.</summary>
/// <param name="Text">With its <c>---</c> line, where it has one.</param>
/// <param name="FirstLine">Counts from 1.</param>
/// <param name="Start">UTF-16 units before it, a byte order mark not counted.</param>
internal readonly record struct YamlText(string Text, int FirstLine, int Start = 0);
