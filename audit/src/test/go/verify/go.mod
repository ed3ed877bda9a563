module sluice.example/verify

go 1.24
