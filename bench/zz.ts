import { measureEstimates } from './survey/estimates.ts';
for (let i=0;i<Number(process.argv[2]);i++) console.log(measureEstimates(100000).seconds.toFixed(3));
