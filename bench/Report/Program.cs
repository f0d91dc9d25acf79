using Report;

// Writes the tables of a page anew, and the pictures beside it, from what Compare measured:
//   dotnet run -c Release --project bench/Compare -- all --json figures.json
//   dotnet run -c Release --project bench/Report -- figures.json docs/performance.md
if (args is not [var figures, var page])
{
    Console.Error.WriteLine("usage: Report FIGURES.json PAGE.md");
    return 2;
}
var rows = Figures.Read(figures);
Tables.Update(page, rows);
Pictures.Draw(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(page))!, "pictures"), rows);
return 0;
