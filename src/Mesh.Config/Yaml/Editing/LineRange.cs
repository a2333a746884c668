namespace Mesh.Config.Yaml.Editing;

/// <summary>Whole lines of a text, both ends included; they count from 1.</summary>
internal readonly record struct LineRange(int First, int Last);
